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
    if m.tells() != one.tells():
        show(life, YEAR_ENDS)
        print("MORE"); [print("  ",x) for x in (m.tells()-one.tells())]
        print("LESS"); [print("  ",x) for x in (one.tells()-m.tells())]
        assert False
@settings(max_examples=400, deadline=None)
@given(small_lives(), st.permutations(YEAR_ENDS))
def test_any_order(life, order):
    one = Memory.empty(); one.read(life, YEAR_ENDS[-1])
    m = Memory.empty()
    for y in (*order, *YEAR_ENDS):
        f = of_year(life, y)
        if f.episodes: m.read(f, y)
    if m.tells() != one.tells():
        show(life, order)
        print("MORE"); [print("  ",x) for x in (m.tells()-one.tells())]
        print("LESS"); [print("  ",x) for x in (one.tells()-m.tells())]
        assert False

def show(life, order):
    for r in life.episodes: print(r.began, r.why_new, r.legal_status, r.placement_type, r.postcode, r.ended, r.end_reason)
    for r in life.said: print(r.events[0].TYPE.name, r.events[0].effective_on, r.ended)
    print([o.year for o in order])

@settings(max_examples=500, deadline=None)
@given(small_lives(), st.lists(st.sampled_from(YEAR_ENDS),max_size=3))
def test_again(life, again):
    m = Memory.empty()
    for y in YEAR_ENDS:
        f = of_year(life, y)
        if f.episodes: m.read(f, y)
    before = dict(m.held)
    for y in again:
        f = of_year(life, y)
        if f.episodes: m.read(f, y)
        if m.held != before:
          show(life, [y])
          print("MORE"); [print("  ",x) for k,x in m.held.items() if before.get(k)!=x]
          print("LESS"); [print("  ",x) for k,x in before.items() if m.held.get(k)!=x]
          assert False
