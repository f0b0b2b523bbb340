import { count } from "../shell/format.ts";
import { PIXELS_SHOWN, type Raster } from "./raster.ts";

/** A picture, from the bytes that are here; nothing is loaded from anywhere. */
export function ImageView({ base64, picture }: { readonly base64: string; readonly picture: Raster }) {
  const { type, width, height } = picture;
  if (width * height > PIXELS_SHOWN) {
    return (
      <p class="nothing">
        This picture says it is {count(width)} × {count(height)} pixels; so many are not decoded here. Hex shows its bytes, Download keeps
        it.
      </p>
    );
  }
  return (
    <figure class="picture">
      <img src={`data:${type};base64,${base64}`} alt={`The body: ${type}, ${width} by ${height} pixels`} width={width} height={height} />
      <figcaption class="quiet">
        {type}, {count(width)} × {count(height)}
      </figcaption>
    </figure>
  );
}
