"""WeasyPrint on the page in the file named second; the same lines in and out as worker.mjs."""

import sys

from weasyprint import HTML

last = None
for _ in sys.stdin:
    last = HTML(filename=sys.argv[2]).write_pdf()
    print(len(last), flush=True)
if last:
    with open(sys.argv[1], "wb") as out:
        out.write(last)
