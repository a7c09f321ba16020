"""The quarterly review of the social media work that a company and its agency do together.

The map of the house; a room imports the ground and itself, never another room:

    tables client workspace errors  the ground: vocabulary, the client's file, the places, faults
    reading/      bytes to rows with line numbers, every row accounted for
    readers/      one file per export format
    measuring/    attribution and measures: effort against results
    deciding/     evidence, verdicts, the plan, and what became of the last decisions
    telling/      every sentence and figure; what the notebooks call
    delivering/   runs the rooms, for a client or a thousand
    kernels/      notebook kernels forked from a warm process; knows nothing of social media
    typst_export/ the nbconvert exporter to Typst and PDF; knows nothing of social media
    example/      the invented clients of `sharedsocial demo`
    cli/          the command, one module for each room

The rooms pass data only through the tables in `data/processed/<client>/<quarter>/`.
"""

__version__ = "0.1.0"
