"""The cells of communes: each holds its centre, and none its neighbour's."""

import json
from pathlib import Path

import shapely

from adapters.territory.cells import cells_of, read_contours
from adapters.territory.folder import read_territory
from simulations.territories.catalogue import folder_of


def test_each_cell_holds_the_centre_of_its_commune_and_no_ground_is_shared():
    communes = read_territory(folder_of("haute_garonne")).communes
    drawn = [
        shapely.MultiPolygon([shapely.Polygon(ring) for ring in one.rings])
        for one in cells_of(communes)
    ]
    centres = [shapely.Point(one.position.lon, one.position.lat) for one in communes]
    assert all(one.buffer(2e-4).contains(here) for one, here in zip(drawn, centres, strict=True))
    alone = sum(one.area for one in drawn)
    together = shapely.union_all([one.buffer(0) for one in drawn]).area
    assert abs(alone - together) < 0.002 * together


def test_official_contours_are_drawn_when_the_folder_has_them(tmp_path: Path):
    communes = read_territory(folder_of("haute_garonne")).communes[:3]
    corners = ((0.0, 43.0), (1.0, 43.0), (1.0, 44.0), (0.0, 43.0))
    feature = {
        "type": "Feature",
        "properties": {"code": communes[0].code},
        "geometry": {"type": "Polygon", "coordinates": [corners]},
    }
    file = tmp_path / "contours.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    assert cells_of(communes, read_contours(file))[0].rings == (corners,)
    assert read_contours(tmp_path / "none.geojson") == {}
