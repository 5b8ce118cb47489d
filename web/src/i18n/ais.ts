/** The names behind AIS codes (ITU-R M.1371-5, tables 45, 53 and 74), in both languages. Index is the code. */
import type { Lang } from './index';

type Names = Record<Lang, readonly string[]>;

const STATUS: Names = {
  en: ['Under way using engine', 'At anchor', 'Not under command', 'Restricted in her ability to manoeuvre', 'Constrained by her draught',
    'Moored', 'Aground', 'Engaged in fishing', 'Under way sailing', 'Reserved (dangerous goods, HSC)', 'Reserved (dangerous goods, WIG)',
    'Towing astern', 'Pushing ahead or towing alongside', 'Reserved', 'Distress beacon active', 'Not stated'],
  es: ['Navegando a motor', 'Fondeado', 'Sin gobierno', 'Capacidad de maniobra restringida', 'Restringido por su calado',
    'Amarrado', 'Varado', 'Dedicado a la pesca', 'Navegando a vela', 'Reservado (mercancías peligrosas, NGV)', 'Reservado (mercancías peligrosas, WIG)',
    'Remolcando por la popa', 'Empujando o abarloado', 'Reservado', 'Baliza de socorro activa', 'Sin declarar'],
};

const CARRIES: Names = {
  en: ['', 'hazard A', 'hazard B', 'hazard C', 'hazard D', '', '', '', '', ''],
  es: ['', 'peligro A', 'peligro B', 'peligro C', 'peligro D', '', '', '', '', ''],
};
const GROUPS: Record<Lang, Record<number, string>> = {
  en: { 1: 'Reserved', 2: 'Wing in ground', 4: 'High-speed craft', 6: 'Passenger', 7: 'Cargo', 8: 'Tanker', 9: 'Other' },
  es: { 1: 'Reservado', 2: 'Ala en efecto suelo', 4: 'Nave de gran velocidad', 6: 'Pasaje', 7: 'Carga', 8: 'Tanquero', 9: 'Otro' },
};
const SINGLE: Record<Lang, Record<number, string>> = {
  en: { 30: 'Fishing', 31: 'Towing', 32: 'Towing, long or wide', 33: 'Dredging or underwater work', 34: 'Diving', 35: 'Military', 36: 'Sailing',
    37: 'Pleasure craft', 50: 'Pilot vessel', 51: 'Search and rescue', 52: 'Tug', 53: 'Port tender', 54: 'Anti-pollution',
    55: 'Law enforcement', 56: 'Local vessel', 57: 'Local vessel', 58: 'Medical transport', 59: 'Neutral (Resolution 18)' },
  es: { 30: 'Pesquero', 31: 'Remolcando', 32: 'Remolcando, largo o ancho', 33: 'Dragado u obras submarinas', 34: 'Buceo', 35: 'Militar', 36: 'Vela',
    37: 'Recreo', 50: 'Práctico', 51: 'Búsqueda y salvamento', 52: 'Remolcador', 53: 'Auxiliar de puerto', 54: 'Anticontaminación',
    55: 'Autoridad', 56: 'Embarcación local', 57: 'Embarcación local', 58: 'Transporte sanitario', 59: 'Neutral (Resolución 18)' },
};

const AID: Names = {
  en: ['Not specified', 'Reference point', 'Racon', 'Fixed structure', 'Emergency wreck mark', 'Light, without sectors', 'Light, with sectors',
    'Leading light, front', 'Leading light, rear', 'Beacon, cardinal N', 'Beacon, cardinal E', 'Beacon, cardinal S', 'Beacon, cardinal W',
    'Beacon, port hand', 'Beacon, starboard hand', 'Beacon, preferred channel port', 'Beacon, preferred channel starboard',
    'Beacon, isolated danger', 'Beacon, safe water', 'Beacon, special mark', 'Cardinal mark N', 'Cardinal mark E', 'Cardinal mark S', 'Cardinal mark W',
    'Port hand mark', 'Starboard hand mark', 'Preferred channel port', 'Preferred channel starboard', 'Isolated danger', 'Safe water',
    'Special mark', 'Light vessel, LANBY or rig'],
  es: ['Sin especificar', 'Punto de referencia', 'Racon', 'Estructura fija', 'Marca de naufragio', 'Luz sin sectores', 'Luz de sectores',
    'Enfilación anterior', 'Enfilación posterior', 'Baliza cardinal N', 'Baliza cardinal E', 'Baliza cardinal S', 'Baliza cardinal W',
    'Baliza de babor', 'Baliza de estribor', 'Baliza, canal principal a babor', 'Baliza, canal principal a estribor',
    'Baliza de peligro aislado', 'Baliza de aguas navegables', 'Baliza especial', 'Boya cardinal N', 'Boya cardinal E', 'Boya cardinal S', 'Boya cardinal W',
    'Boya de babor', 'Boya de estribor', 'Boya, canal principal a babor', 'Boya, canal principal a estribor', 'Boya de peligro aislado',
    'Boya de aguas navegables', 'Boya especial', 'Buque faro, boya gigante o plataforma'],
};

export function statusName(code: number, lang: Lang): string {
  return code === 255 ? '' : STATUS[lang][code] ?? String(code);
}

export function aidName(code: number, lang: Lang): string {
  return AID[lang][code] ?? String(code);
}

/** '' when the ship has not said. An unassigned code keeps its number: it is a fact, and "unknown" would be a guess. */
export function shipTypeName(code: number, lang: Lang): string {
  if (code === 0) return '';
  const single = SINGLE[lang][code];
  if (single) return single;
  const group = code < 100 ? GROUPS[lang][Math.floor(code / 10)] : undefined;
  if (!group) return `${lang === 'es' ? 'Tipo' : 'Type'} ${code}`;
  const carries = CARRIES[lang][code % 10];
  return carries ? `${group}, ${carries}` : group;
}

export const AIS_TABLES = { STATUS, AID };
