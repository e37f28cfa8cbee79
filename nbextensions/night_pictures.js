// Small grey pictures of files: asked for when their place comes into sight, drawn when their bytes arrive.

const GATHER = 60; // ms in which pictures are asked for together

/**
 * @param {{send: Function, on: Function, off: Function}} model
 * @param {AbortSignal} signal
 * @param {HTMLElement} root what scrolls
 */
export function makePictures(model, signal, root) {
  /** @type {Map<string, {width: number, height: number, grey: Uint8Array}>} */
  const known = new Map();
  const places = new Map(); // canvas -> id, of those that are watched
  let single = [null, ""]; // one more canvas, and its id
  const wanted = new Set();
  const asked = new Set();
  let timer = 0;
  const want = (id) => {
    if (known.has(id) || asked.has(id)) return;
    wanted.add(id);
    clearTimeout(timer);
    timer = setTimeout(() => {
      for (const each of wanted) asked.add(each);
      model.send({ thumbs: [...wanted] });
      wanted.clear();
    }, GATHER);
  };
  const sight = new IntersectionObserver(
    (entries) => entries.filter((entry) => entry.isIntersecting).forEach(({ target }) => want(places.get(target))),
    { root, rootMargin: "200px" },
  );
  const arrived = (content, buffers) => {
    if (!content.thumb) return;
    const view = buffers[0];
    const grey = new Uint8Array(view.buffer ?? view, view.byteOffset ?? 0, view.byteLength);
    known.set(content.thumb, { width: content.width, height: content.height, grey });
    for (const [canvas, id] of [...places, single]) if (id === content.thumb) drawPicture(canvas, known.get(id));
  };
  model.on("msg:custom", arrived);
  signal.addEventListener("abort", () => {
    sight.disconnect();
    model.off("msg:custom", arrived);
  });
  const put = (id, canvas) => {
    if (known.has(id)) drawPicture(canvas, known.get(id));
  };
  return {
    /** @param {[string, HTMLCanvasElement][]} pairs in place of those watched before */
    watch(pairs) {
      sight.disconnect();
      places.clear();
      for (const [id, canvas] of pairs) {
        places.set(canvas, id);
        put(id, canvas);
        sight.observe(canvas);
      }
    },
    /** @param {string} id @param {HTMLCanvasElement} canvas one more place for it, in sight */
    show(id, canvas) {
      single = [canvas, id];
      put(id, canvas);
      want(id);
    },
  };
}

function drawPicture(canvas, { width, height, grey }) {
  if (!width || !height) return;
  canvas.width = width;
  canvas.height = height;
  const pixels = new ImageData(width, height);
  grey.forEach((value, index) => pixels.data.set([value, value, value, 255], 4 * index));
  canvas.getContext("2d").putImageData(pixels, 0, 0);
}
