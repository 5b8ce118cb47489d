/** Areas and gates with a rule, on the chart: under the ports and vessels; their names are written where there is room. */
import type maplibregl from 'maplibre-gl';
import { AreaFeature, AREAS } from '../app/areas';
import { Page, register } from '../app/page';
import { CHART } from './chart';
import { OVERLAY } from './overlay';
import { PALETTES } from './palette';
import { boxOf } from './zones';

const SOURCE = 'areas';
/** Zones of the overlay that are ours. */
const OWN = 'areas:rules';

function boxOfLine(geometry: AreaFeature['geometry']): ReturnType<typeof boxOf> {
  return geometry.type === 'LineString' ? boxOf({ type: 'Polygon', coordinates: [geometry.coordinates] }) : boxOf(geometry);
}

function showAreas(page: Page): void {
  const chart = page.get(CHART), areas = page.get(AREAS), overlay = page.get(OVERLAY), { map } = chart;
  let ready = false;
  const update = () => {
    const visible = !page.state.get().hidden.has('areas'), colour = PALETTES[page.state.get().look].areaRule;
    if (ready) {
      (map.getSource(SOURCE) as maplibregl.GeoJSONSource).setData({ type: 'FeatureCollection', features: visible ? areas.features : [] });
      map.setPaintProperty(`${SOURCE}-fill`, 'fill-color', colour);
      map.setPaintProperty(`${SOURCE}-line`, 'line-color', colour);
      map.setPaintProperty(`${SOURCE}-gate`, 'line-color', colour);
    }
    overlay.zones = overlay.zones.filter(({ id }) => id !== OWN);
    if (visible) for (const { geometry, properties } of areas.features) {
      const box = boxOfLine(geometry), name = properties?.name;
      if (box && name) overlay.zones.push({ id: OWN, shown: true, ruled: true, names: { en: name, es: name }, ...box });
    }
    page.bus.emit('retext');
  };
  page.bus.on('areas', update);
  page.bus.on('zones', update);
  page.state.watch(['hidden', 'look'], update);
  map.once('style.load', () => {
    map.addSource(SOURCE, { type: 'geojson', data: { type: 'FeatureCollection', features: [] } });
    map.addLayer({ id: `${SOURCE}-fill`, type: 'fill', source: SOURCE, filter: ['==', ['geometry-type'], 'Polygon'], paint: { 'fill-opacity': 0.07 } }, 'ports');
    map.addLayer({ id: `${SOURCE}-line`, type: 'line', source: SOURCE, filter: ['==', ['geometry-type'], 'Polygon'], paint: { 'line-width': 1.6 } }, 'ports');
    // A gate has two sides: a heavy line with gaps, unlike any border.
    map.addLayer({ id: `${SOURCE}-gate`, type: 'line', source: SOURCE, filter: ['==', ['geometry-type'], 'LineString'], paint: { 'line-width': 3.2, 'line-dasharray': [3, 1] } }, 'ports');
    ready = true;
    update();
  });
}

register({ id: 'areasmap', title: null, place: 'chart', order: 52, mount: (page) => { showAreas(page); return {}; } });
