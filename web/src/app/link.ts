/** The one stream from the server. */
import { Connection } from '../stream/connection';
import { service } from './page';
import { PICTURE } from './picture';

export const LINK = service('link', (page) => {
  const picture = page.get(PICTURE);
  return new Connection(picture.status?.stream ?? '/api/v1/stream', picture.live, () => page.bus.emit('link'));
});
