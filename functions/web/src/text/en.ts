/** Every word that the page shows. A translation is another file of this shape. */

export const en = {
  name: "SimGen",
  /** The viewer's own words. */
  viewer: {},
} as const;
