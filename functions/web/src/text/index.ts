/** The language that is shown. */

import { en } from "./en";

export const text = en;
