/** What went wrong, and what to do about it. */

import { TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { ServiceError } from "../service/client";
import type { Problem } from "../service/model";
import { text } from "../text";

/** Any error as a problem to show. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ServiceError) return error.problem;
  const detail = error instanceof Error ? error.message : "";
  return { code: "PAGE", status: 0, title: "", detail, errors: [] };
}

/** The words of a problem. */
export function wordsOf(problem: Problem): string {
  if (problem.code === "UNREACHABLE") return text.problem.unreachable;
  return problem.detail || problem.title || text.problem.unknown;
}

export function ProblemCard({ problem, children }: { problem: Problem; children?: ReactNode }) {
  const fields = problem.errors.filter(({ message }) => !problem.detail.includes(message));
  return (
    <div className="problem" role="alert">
      <TriangleAlert aria-hidden="true" />
      <div>
        <p className="problem-title">{problem.title || text.problem.title}</p>
        <p>{wordsOf(problem)}</p>
        {problem.suggestion && <p className="problem-suggestion">{problem.suggestion}</p>}
        {fields.length > 0 && (
          <ul>
            {fields.map(({ field, message }) => (
              <li key={field}>
                <code>{field}</code> {message}
              </li>
            ))}
          </ul>
        )}
        {problem.request_id && (
          <p className="faint">{text.problem.code(problem.code, problem.request_id)}</p>
        )}
        {children && <div className="actions">{children}</div>}
      </div>
    </div>
  );
}
