/** A lesion in one axial slice: a binary image of its bounding box, with a margin of one empty pixel all around. */
export interface PlaneMask {
  width: number;
  height: number;
  /** 1 where the lesion is; row by row, `width * height`. */
  pixels: Uint8Array;
  /** Column and row, in the volume, of the pixel (0, 0) of this image. */
  column: number;
  row: number;
}

/** One 8-connected part of a lesion in a slice. */
export interface PlanePart {
  /** Its first pixel in raster order, as an index into the mask. */
  first: number;
  /** Indices of its pixels. */
  pixels: number[];
}

/** The 8-connected parts of a plane mask, in raster order of their first pixels. */
export function partsOf({ width, pixels }: PlaneMask): PlanePart[] {
  const seen = new Uint8Array(pixels.length);
  const parts: PlanePart[] = [];
  for (let first = 0; first < pixels.length; first++) {
    if (!pixels[first] || seen[first]) continue;
    const part = [first];
    seen[first] = 1;
    for (let next = 0; next < part.length; next++) {
      const at = part[next];
      for (const neighbour of [
        at - width - 1,
        at - width,
        at - width + 1,
        at - 1,
        at + 1,
        at + width - 1,
        at + width,
        at + width + 1,
      ]) {
        if (!pixels[neighbour] || seen[neighbour]) continue;
        seen[neighbour] = 1;
        part.push(neighbour);
      }
    }
    parts.push({ first, pixels: part });
  }
  return parts;
}
