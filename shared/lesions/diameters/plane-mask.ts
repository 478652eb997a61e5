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

/** The parts that do not lie in a hole of another one. */
export function outerParts(mask: PlaneMask): PlanePart[] {
  const parts = partsOf(mask);
  if (parts.length === 1) return parts;
  const outside = outsideOf(mask);
  // the pixel before a part's first one is of the background around it
  return parts.filter(({ first }) => outside[first - 1]);
}

/** 1 at the background that is 4-connected to the margin, so not in a hole. */
function outsideOf({ width, height, pixels }: PlaneMask): Uint8Array {
  const outside = new Uint8Array(pixels.length);
  const open = [0];
  outside[0] = 1;
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    // columns wrap around into the margin of the next row, which is outside too
    for (const neighbour of [at - width, at - 1, at + 1, at + width]) {
      if (neighbour < 0 || neighbour >= width * height || outside[neighbour] || pixels[neighbour]) continue;
      outside[neighbour] = 1;
      open.push(neighbour);
    }
  }
  return outside;
}
