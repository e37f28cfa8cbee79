// Which frame is shown when: by the display's own clock, so that a frame is never shown for half a refresh.

const SPEEDS = [1, 2, 3, 4, 6, 8, 10, 15, 20, 30, 60]; // frames a second
const EARLY = 2; // ms by which a refresh may come before a frame's time

/**
 * @param {(index: number) => void} show draws a frame; called inside a refresh
 * @param {AbortSignal} signal
 * @param {number} speed at which it begins
 */
export function makePlayer(show, signal, speed = 4) {
  let [count, index, playing, fps, due, handle] = [0, 0, false, speed, 0, 0];

  function refresh(now) {
    handle = 0;
    if (!playing || count < 2) return;
    const interval = 1000 / fps;
    if (now >= due - EARLY) {
      due = now - due > interval ? now + interval : due + interval; // after a break, from now on
      index = (index + 1) % count;
      show(index);
    }
    ask();
  }
  function ask() {
    if (!handle && !signal.aborted) handle = requestAnimationFrame(refresh);
  }
  signal.addEventListener("abort", () => cancelAnimationFrame(handle));

  return {
    get index() {
      return index;
    },
    get playing() {
      return playing;
    },
    get fps() {
      return fps;
    },
    /** Take up another object, from its first frame. */
    load(frames) {
      [count, index] = [frames, 0];
      due = performance.now() + 1000 / fps;
      if (playing) ask();
    },
    play(on) {
      playing = on;
      due = performance.now();
      if (on) ask();
    },
    goTo(frame) {
      if (!count) return;
      playing = false;
      index = ((frame % count) + count) % count;
      show(index);
    },
    speed(by) {
      const place = SPEEDS.findIndex((one) => one >= fps);
      fps = SPEEDS[Math.max(0, Math.min(SPEEDS.length - 1, place + by))];
      due = performance.now();
    },
  };
}
