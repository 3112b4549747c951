declare module "virtual:offline-player" {
  /** The address of the offline player's one script. */
  const address: string;
  export default address;
}
