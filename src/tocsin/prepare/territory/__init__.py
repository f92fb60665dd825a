"""Dated polygons of who is said to hold which ground, compared day by day: what was gained, lost, or only redrawn.

    tables/raw/<source>/…/areas --maps--> one geometry a day --overlay--> pieces gained and lost
      --judging--> gap, jump, redrawn, reversed, apart --run--> tables/ready/territory/…

A control map is a statement by whoever drew it. A line that is drawn anew in a thousand places at once is not an
advance: such days are told by the rule in `judging`, whose thresholds are written there and in the summary.
"""
