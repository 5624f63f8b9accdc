from hypothesis import given, settings, strategies as st
from tests.support.small_lives import *
@settings(max_examples=400, deadline=None)
@given(small_lives())
def test_in_order(life):
    one = Memory.empty(); one.read(life, YEAR_ENDS[-1])
    m = Memory.empty()
    for y in YEAR_ENDS:
        f = of_year(life, y)
        if f.episodes: m.read(f, y)
    assert m.tells() == one.tells()
@settings(max_examples=400, deadline=None)
@given(small_lives(), st.permutations(YEAR_ENDS))
def test_any_order(life, order):
    one = Memory.empty(); one.read(life, YEAR_ENDS[-1])
    m = Memory.empty()
    for y in order:
        f = of_year(life, y)
        if f.episodes: m.read(f, y)
    assert m.tells() == one.tells()
