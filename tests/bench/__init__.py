"""`make bench`: what the hub costs beside a bare loop over the same bytes, in ratios within one run."""
