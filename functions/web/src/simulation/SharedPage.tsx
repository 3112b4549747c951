/** A simulation that someone shared: to look at, not to change. */

import { text } from "../text";

export function SharedPage({ token }: { token: string }) {
  return (
    <div className="simulation" data-token={token}>
      <p className="faint">{text.simulation.shared}</p>
    </div>
  );
}
