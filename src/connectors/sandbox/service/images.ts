import jpeg from "jpeg-js";
import { PNG } from "pngjs";
import { between, type Random } from "./random.js";

/** Four bytes a pixel: red, green, blue, alpha. */
interface Image {
  width: number;
  height: number;
  data: Buffer;
}
export type ImageFormat = "png" | "jpeg";

/** Bytes of the largest image that thumbnails are made of, and its pixels. */
export const LARGEST_IMAGE = 4 * 2 ** 20;
const MAXIMUM_PIXELS = 4_000_000;

/** A smaller picture of the same, `size` pixels along its longer side; never larger. Null: the bytes are no image. */
export const thumbnailOf = (bytes: Buffer, size: number, format: ImageFormat): Buffer | null => {
  let image: Image;
  try {
    image = decode(bytes);
  } catch {
    return null;
  }
  return encode(shrink(image, size), format);
};

const decode = (bytes: Buffer): Image => {
  const isPng = bytes.subarray(0, 4).equals(Buffer.from([0x89, 0x50, 0x4e, 0x47]));
  if (!isPng) return jpeg.decode(bytes, { maxResolutionInMP: MAXIMUM_PIXELS / 1e6, maxMemoryUsageInMB: 128 });
  // Width and height stand in the header: a small file may claim to be a huge picture.
  if (bytes.readUInt32BE(16) * bytes.readUInt32BE(20) > MAXIMUM_PIXELS) throw new RangeError("too many pixels");
  return PNG.sync.read(bytes);
};

export const encode = (image: Image, format: ImageFormat): Buffer => {
  if (format === "jpeg") return jpeg.encode(image, 80).data;
  const png = new PNG({ width: image.width, height: image.height });
  image.data.copy(png.data);
  return PNG.sync.write(png);
};

/** Each pixel is the mean of those it stands for, on white. */
const shrink = ({ width, height, data }: Image, size: number): Image => {
  const scale = Math.min(1, size / Math.max(width, height));
  const small = { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
  const target = Buffer.alloc(small.width * small.height * 4, 255);
  for (let y = 0; y < small.height; y++) {
    const [top, bottom] = span(y, small.height, height);
    for (let x = 0; x < small.width; x++) {
      const [left, right] = span(x, small.width, width);
      const sums = [0, 0, 0];
      for (let row = top; row < bottom; row++)
        for (let column = left; column < right; column++) {
          const at = (row * width + column) * 4;
          const alpha = (data[at + 3] as number) / 255;
          for (let color = 0; color < 3; color++)
            sums[color] = (sums[color] as number) + (data[at + color] as number) * alpha + 255 * (1 - alpha);
        }
      const pixels = (bottom - top) * (right - left);
      for (let color = 0; color < 3; color++)
        target[(y * small.width + x) * 4 + color] = Math.round((sums[color] as number) / pixels);
    }
  }
  return { ...small, data: target };
};

const span = (index: number, of: number, length: number): [start: number, end: number] => {
  const start = Math.floor((index * length) / of);
  return [start, Math.max(start + 1, Math.floor(((index + 1) * length) / of))];
};

/** A sky, a sun and three ridges of mountains. */
export const landscape = (random: Random, width: number, height: number): Image => {
  const data = Buffer.alloc(width * height * 4, 255);
  const dusk = random();
  const sun = { x: random() * width, y: height * (0.15 + random() * 0.3), radius: height * (0.05 + random() * 0.08) };
  const ridges = [0.45, 0.6, 0.75].map((level) => {
    const [phase, steepness] = [random() * 7, between(random, 2, 5)];
    return (x: number) =>
      height *
      (level + 0.08 * Math.sin(phase + (x / width) * steepness * 3) + 0.03 * Math.sin(phase * 3 + (x / width) * 23));
  });
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const depth = ridges.findLastIndex((ridge) => y > ridge(x));
      const glow = Math.hypot(x - sun.x, y - sun.y) < sun.radius;
      const sky = y / height;
      const [red, green, blue] =
        depth >= 0
          ? [90 - depth * 25 + dusk * 30, 120 - depth * 28, 140 - depth * 40]
          : glow
            ? [255, 240, 200]
            : [90 + 150 * sky * (0.5 + dusk), 150 + 60 * sky, 230 - 60 * dusk * sky];
      const at = (y * width + x) * 4;
      data[at] = Math.min(255, red as number);
      data[at + 1] = green as number;
      data[at + 2] = blue as number;
    }
  return { width, height, data };
};
