// Unpacks the Chromium that the tests drive, with its libraries, into TMPDIR; prints where it is.
// The libraries come along where the package believes to be in a Lambda.
process.env.AWS_EXECUTION_ENV ??= "AWS_Lambda_nodejs24.x";
const { default: chromium } = await import("@sparticuz/chromium");
process.stdout.write(await chromium.executablePath());
