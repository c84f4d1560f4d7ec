"""ETS and theta of statsmodels for the origins of a job: python statsmodels_baselines.py FOLDER (job.json → answer.json).

ETS(A, Ad, A), without a season ETS(A, Ad, N), on the last 14 seasons (at most 2016 rows) or 500 rows, its quantiles from 500 simulated paths; theta by
statsmodels' ThetaModel, with its normal intervals. Both on logarithms where the product forecasts log-returns."""

import json
import sys
import warnings

import numpy as np
from scipy.stats import norm
from statsmodels.tsa.exponential_smoothing.ets import ETSModel
from statsmodels.tsa.forecasting.theta import ThetaModel

warnings.filterwarnings("ignore")


def ets(y, rows, season, grid, seed):
    kind = dict(seasonal="add", seasonal_periods=season) if season else {}
    model = ETSModel(y, error="add", trend="add", damped_trend=True, initialization_method="heuristic", **kind)
    fit = model.fit(disp=False, maxiter=40)
    paths = fit.simulate(rows, anchor="end", repetitions=500, rng=seed)
    return np.quantile(np.asarray(paths), grid, axis=1).T


def theta(y, rows, season, grid, _):
    fit = ThetaModel(y, period=season or None, deseasonalize=bool(season), method="additive").fit()
    mean = np.asarray(fit.forecast(rows))
    upper = np.asarray(fit.prediction_intervals(rows, alpha=0.05))[:, 1]
    sd = (upper - mean) / norm.ppf(0.975)
    return mean[:, None] + sd[:, None] * norm.ppf(grid)[None, :]


def main(folder):
    job = json.load(open(f"{folder}/job.json"))
    rows, season, grid = job["rows"], job["season"], np.array(job["grid"])
    window = min(14 * season, 2016) if season else 500
    answer = {"ets": [], "theta": []}
    for series in job["jobs"]:
        values = np.array([np.nan if v is None else v for v in series["values"]])
        if job["log"]:
            values = np.log(values)
        made = {"ets": [], "theta": []}
        for origin in series["origins"]:
            y = values[max(0, origin - window) : origin]
            y = y[np.isfinite(y)]
            for name, method in (("ets", ets), ("theta", theta)):
                quantiles = method(y, rows, season, grid, origin)
                made[name].append({"origin": origin, "quantiles": (np.exp(quantiles) if job["log"] else quantiles).tolist()})
        for name in answer:
            answer[name].append(made[name])
    json.dump(answer, open(f"{folder}/answer.json", "w"))


main(sys.argv[1])
