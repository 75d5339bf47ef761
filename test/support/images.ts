import { PNG } from "pngjs";

/** A square picture with a gradient: no encoder makes one colour of it. */
export const pngOf = (side: number): Buffer => {
  const image = new PNG({ width: side, height: side });
  for (let row = 0; row < side; row++)
    for (let column = 0; column < side; column++)
      image.data.set([(row * 255) / side, (column * 255) / side, 128, 255], (row * side + column) * 4);
  return PNG.sync.write(image);
};
