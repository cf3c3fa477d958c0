import pytest
from tests.browser.kit import *
from tests.browser.test_every_page import furnished
from asuh.people.models import Person, Delivery
@pytest.mark.parametrize("w",[1280,390])
def test_pics(browser_page, siti, rangga, wulan, agus, furnished, w):
    p=browser_page(w)
    kid=Person.objects.get(name="Rizky Aditya Pratama")
    dt=Person.objects.filter(delivery__isnull=False, born_on__year__gte=2008).first()
    d=Delivery.objects.first()
    def shot(n,u):
        p.goto(u); whole_picture(p, f"/tmp/eye/r-{n}-{w}.png")
    sign_in(p, siti)
    for n,u in [("home","/"),("children","/anak/"),("kid",f"/anak/{kid.pk}/"),("dtks",f"/anak/{dt.pk}/"),("search","/cari/"),("exp","/pengelolaan/unduhan/")]: shot(n,u)
    p.goto("/cari/"); p.locator("main [name=q]").first.fill(dt.name); p.locator("main button[type=submit]").first.click(); p.wait_for_load_state("networkidle"); whole_picture(p, f"/tmp/eye/r-found-{w}.png")
    sign_in(p, rangga)
    for n,u in [("dels","/data-terpadu/"),("del",f"/data-terpadu/{d.pk}/"),("quar",f"/data-terpadu/{d.pk}/karantina/"),("up","/data-terpadu/unggah/")]: shot(n,u)
    sign_in(p, wulan); shot("trail","/jejak-audit/"); shot("readers", f"/anak/{kid.pk}/pembaca/")
    sign_in(p, agus); shot("users","/pengelolaan/pengguna/"); shot("matrix","/pengelolaan/peran/"); shot("jobs","/pengelolaan/pekerjaan/"); shot("areas","/wilayah/")
