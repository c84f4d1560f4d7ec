"""PyTorch on the work of test/bench/engines.ts, on one thread: rows per CPU-second.

    pip install torch numpy && python test/bench/baselines/pytorch.py [HIDDEN [BATCH]]

`lstm` is torch.nn.LSTM, which has no peepholes; `graves` is the peephole cell written in torch, an operation at a time. Both have our heads and
our loss (Student-t, location and log-scale), Adam and the clipping, I = 9, T = 16, one channel. Learning each K rows takes one update over
T rows for K new ones.
"""

import sys
import time

import torch
from torch import nn

torch.set_num_threads(1)
INPUTS, STEPS, ROUNDS, SECONDS = 9, 16, 5, 0.5
HIDDEN, BATCH = (int(text) for text in [*sys.argv[1:], *["32", "32"][len(sys.argv) - 1 :]][:2])


class Lstm(nn.Module):
    def __init__(self):
        super().__init__()
        self.cell = nn.LSTM(INPUTS, HIDDEN, batch_first=True)
        self.head = nn.Linear(HIDDEN + INPUTS, 2)

    def forward(self, x, state):
        h, (last_h, last_c) = self.cell(x, tuple(part.unsqueeze(0) for part in state))
        return self.head(torch.cat([h, x], dim=2)), (last_h[0], last_c[0])


class Graves(nn.Module):
    def __init__(self):
        super().__init__()
        self.gates = nn.Linear(INPUTS + HIDDEN, 4 * HIDDEN)
        self.peepholes = nn.Parameter(torch.zeros(3, HIDDEN))
        self.head = nn.Linear(HIDDEN + INPUTS, 2)

    def forward(self, x, state):
        h, c = state
        pi, pf, po = self.peepholes
        out = []
        for t in range(x.shape[1]):
            i, f, g, o = self.gates(torch.cat([x[:, t], h], dim=1)).chunk(4, dim=1)
            c = torch.sigmoid(f + pf * c) * c + torch.sigmoid(i + pi * c) * torch.tanh(g)
            h = torch.sigmoid(o + po * c) * torch.tanh(c)
            out.append(h)
        return self.head(torch.cat([torch.stack(out, dim=1), x], dim=2)), (h, c)


def update(model, optimiser, x, target, state, losses):
    location, log_scale = model(x, state)[0][:, -losses:].unbind(dim=2)
    log_scale = log_scale.clamp(-3.912, 4)
    nats = log_scale + 2.5 * torch.log1p(((target - location) / log_scale.exp()) ** 2 / 4)
    optimiser.zero_grad()
    nats.mean().backward()
    nn.utils.clip_grad_norm_(model.parameters(), 5)
    optimiser.step()


def rate(rows, act):
    """Rows per CPU-second: the median of the rounds, after one to warm up."""
    rates = []
    for _ in range(ROUNDS + 1):
        calls, begun = 0, time.process_time()
        while time.process_time() - begun < SECONDS:
            act()
            calls += 1
        rates.append(calls * rows / (time.process_time() - begun))
    return sorted(rates[1:])[ROUNDS // 2]


print(f"PyTorch {torch.__version__}, H = {HIDDEN}, batch {BATCH}: rows per CPU-second")
for name, make in (("lstm", Lstm), ("graves", Graves)):
    model = make()
    optimiser = torch.optim.Adam(model.parameters(), lr=2e-3)
    x, row = torch.randn(BATCH, STEPS, INPUTS), torch.randn(BATCH, 1, INPUTS)
    state = (torch.zeros(BATCH, HIDDEN), torch.zeros(BATCH, HIDDEN))
    learned = []
    for losses in (1, 4, 16):
        target = torch.randn(BATCH, losses)
        learned.append(rate(BATCH * losses, lambda: update(model, optimiser, x, target, state, losses)))
    with torch.inference_mode():
        scored = rate(BATCH, lambda: model(row, state))
    print(f"{name:8} score {scored:9.0f}  learn 1 {learned[0]:8.0f}  learn 4 {learned[1]:8.0f}  learn 16 {learned[2]:8.0f}")
