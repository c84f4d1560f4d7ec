import { describe, expect, test } from 'vitest';
import { Dice } from '../../src/simulate/dice.ts';
import { newYorkTime } from '../../src/simulate/local-time.ts';
import { BAND } from '../../src/simulate/thermostat/home.ts';
import { House } from '../../src/simulate/thermostat/house.ts';
import { Weather } from '../../src/simulate/thermostat/weather.ts';
import { thermostat } from '../../src/simulate/thermostat/world.ts';
import { bySeries, deviation, episodes, eventsOf, grouped, mean, numbers } from './sampling.ts';

const NIGHT = { outside: 0, sun: 0, heat: 0, gains: 0, draught: 0 };

describe('a house', () => {
  test('falls to the temperature outdoors when nothing heats it, and never below', () => {
    const house = new House(new Dice(1, 'house'));
    let before = house.air;
    for (let minute = 0; minute < 30 * 24 * 60; minute++) {
      house.advance(60, NIGHT);
      expect(house.air).toBeLessThanOrEqual(before);
      before = house.air;
    }
    expect(house.air).toBeGreaterThanOrEqual(0);
    expect(house.air).toBeLessThan(0.5);
  });

  test('holds the temperature at which loss equals heat: the steady state of equations 1 and 2', () => {
    const house = new House(new Dice(2, 'house'));
    const watts = house.furnaceWatts / 4;
    for (let minute = 0; minute < 90 * 24 * 60; minute++) house.advance(60, { ...NIGHT, heat: watts });
    const settled = house.air;
    for (let minute = 0; minute < 90 * 24 * 60; minute++) house.advance(60, { ...NIGHT, heat: 2 * watts });
    expect(house.air / settled).toBeCloseTo(2, 2);
  });

  test('cools faster with a window open', () => {
    const [shut, open] = [new House(new Dice(3, 'house')), new House(new Dice(3, 'house'))];
    for (let minute = 0; minute < 60; minute++) {
      shut.advance(60, NIGHT);
      open.advance(60, { ...NIGHT, draught: 300 });
    }
    expect(open.air).toBeLessThan(shut.air - 0.5);
  });
});

test('the weather has winters, summers, warm afternoons and cold mornings', () => {
  const weather = new Weather(new Dice(4, 'weather'), 3_600_000);
  const hours = Array.from({ length: 3 * 8_766 }, (_, hour) => newYorkTime(Date.UTC(2026, 0, 1) + hour * 3_600_000));
  const skies = hours.map((local) => ({ ...local, ...weather.next(local) }));
  const average = (keep: (sky: (typeof skies)[number]) => boolean) =>
    mean(skies.filter(keep).map(({ outside }) => outside));
  const winter = average(({ season }) => season < 0.12);
  const summer = average(({ season }) => season > 0.5 && season < 0.62);
  expect(winter).toBeGreaterThan(-6);
  expect(winter).toBeLessThan(5);
  expect(summer).toBeGreaterThan(19);
  expect(summer).toBeLessThan(28);
  const swing = average(({ hour }) => hour >= 14 && hour < 17) - average(({ hour }) => hour >= 2 && hour < 5);
  expect(swing).toBeGreaterThan(4);
  expect(swing).toBeLessThan(12);
  expect(Math.max(...skies.filter(({ hour }) => hour < 3).map(({ sun }) => sun))).toBe(0);
});

describe('a healthy home in winter', () => {
  const homes = bySeries(eventsOf(thermostat, { homes: 5, days: 20, faults: [] }));

  test('stays within the hysteresis and what a few minutes add, an hour after the setpoint was changed', () => {
    for (const events of homes.values()) {
      const setpoints = numbers(events, 'setpoint');
      const settled = events.filter(
        (_, at) => at > 288 && setpoints.slice(at - 48, at + 1).every((set) => set === setpoints[at]),
      );
      const off = numbers(settled, 'inside').map((inside, at) => inside - numbers([settled[at]], 'setpoint')[0]);
      const within = off.filter((value) => Math.abs(value) < BAND + 0.45).length;
      expect(within / off.length).toBeGreaterThan(0.97);
      expect(deviation(off)).toBeGreaterThan(0.15);
    }
  });

  test('burns more on cold days than on mild ones', () => {
    const events = [...homes.values()][0];
    const days = [...grouped(events, ({ timeMs }) => Math.floor(timeMs / 86_400_000)).values()]
      .map((day) => ({ outside: mean(numbers(day, 'outside')), hvac: mean(numbers(day, 'hvac')) }))
      .sort((a, b) => a.outside - b.outside);
    expect(mean(days.slice(0, 5).map(({ hvac }) => hvac))).toBeGreaterThan(
      mean(days.slice(-5).map(({ hvac }) => hvac)),
    );
  });

  test('does not change when another home is added', () => {
    const more = bySeries(eventsOf(thermostat, { homes: 6, days: 20, faults: [] }));
    expect(more.get('home-003')).toEqual(homes.get('home-003'));
  });
});

function faulty(fault: string) {
  return episodes(eventsOf(thermostat, { homes: 4, days: 25, faults: [fault], fault_rate: 0.3, seed: 2 }));
}

describe('faults', () => {
  test('a failed furnace is called for heat without end, and the inside falls towards the outside', () => {
    const found = faulty('furnace_failed').filter(({ length }) => length > 60);
    expect(found.length).toBeGreaterThan(3);
    for (const events of found) {
      const inside = numbers(events, 'inside');
      expect(inside[inside.length - 1]).toBeLessThan(inside[0] - 1);
      expect(numbers(events, 'hvac')[0]).toBeGreaterThan(0);
      expect(mean(numbers(events, 'hvac'))).toBeGreaterThan(0.8);
    }
  });

  test('an open window makes the furnace work more than in the same world with it shut', () => {
    const options = { homes: 4, days: 25, fault_rate: 0.3, seed: 2 };
    const open = eventsOf(thermostat, { ...options, faults: ['window_open'] });
    const shut = eventsOf(thermostat, { ...options, faults: [] });
    const during = open.flatMap(({ fault }, at) => (fault === undefined ? [] : [at]));
    expect(during.length).toBeGreaterThan(100);
    const duty = (events: typeof open) =>
      mean(
        numbers(
          during.map((at) => events[at]),
          'hvac',
        ),
      );
    expect(duty(open)).toBeGreaterThan(duty(shut) + 0.2);
  });

  test('a stuck sensor repeats one value to the digit', () => {
    const found = faulty('sensor_stuck');
    expect(found.length).toBeGreaterThan(3);
    for (const events of found) expect(new Set(numbers(events, 'inside')).size).toBe(1);
  });

  test('a drifting sensor ends with a jump back, by what it had drifted give or take the heating of one interval', () => {
    const events = eventsOf(thermostat, { homes: 4, days: 25, faults: ['sensor_drift'], fault_rate: 0.3, seed: 2 });
    const jumps = [...bySeries(events).values()].flatMap((home) =>
      home.flatMap((event, at) => {
        const before = home[at - 1]?.fault;
        if (before === undefined || event.fault !== undefined) return [];
        const hours = (before.endMs - before.startMs) / 3_600_000;
        const [was, is] = numbers([home[at - 1], event], 'inside');
        return [{ jump: (was - is) * before.sign, drifted: hours * (0.08 + 0.17 * before.severity) }];
      }),
    );
    expect(jumps.length).toBeGreaterThan(3);
    for (const { jump, drifted } of jumps) expect(Math.abs(jump - drifted)).toBeLessThan(1.2);
  });
});
