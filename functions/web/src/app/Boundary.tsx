/** Holds a part of the page that fails, so that the rest goes on. */

import { Component, type ReactNode } from "react";
import { text } from "../text";
import { ProblemCard, problemOf } from "./problem";

interface Props {
  children: ReactNode;
  /** The part is tried anew when this changes. */
  of: string;
}

interface State {
  error: unknown;
  of: string;
}

export class Boundary extends Component<Props, State> {
  override state: State = { error: null, of: this.props.of };

  static getDerivedStateFromError(error: unknown): Partial<State> {
    return { error };
  }

  static getDerivedStateFromProps({ of }: Props, state: State): Partial<State> | null {
    return of === state.of ? null : { error: null, of };
  }

  override render() {
    if (this.state.error === null) return this.props.children;
    return (
      <ProblemCard problem={{ ...problemOf(this.state.error), title: text.problem.broken }}>
        <button type="button" className="button" onClick={() => window.location.reload()}>
          {text.problem.reload}
        </button>
      </ProblemCard>
    );
  }
}
