/**
 * Three deck.gl layers that draw many small things from one interleaved buffer, without instancing.
 *
 * deck.gl's own IconLayer, LineLayer and PathLayer draw one instance per item. A software rasteriser (SwiftShader, and
 * thus every thin client and virtual desktop without a GPU) runs each instance as a draw call of its own: 50,000 ships
 * took most of a second a frame. One point list is one draw call, and the symbol is cut out in the fragment shader,
 * crisp at every size, with no texture atlas.
 *
 * Positions come as two floats each (`hi + lo`), as deck.gl's own 64-bit attributes do: a single float loses a metre.
 */
import { Layer, project32 } from '@deck.gl/core';
import type { LayerProps, UpdateParameters } from '@deck.gl/core';
import type { Buffer as GpuBuffer, BufferLayout, PrimitiveTopology } from '@luma.gl/core';
import { Model } from '@luma.gl/engine';
import type { ShaderModule } from '@luma.gl/shadertools';

export interface Rows { bytes: ArrayBuffer; count: number }

/** Bytes of one row of each layer. */
export const SYMBOL_BYTES = 32;
export const PLAIN_BYTES = 20;
export const STROKE_BYTES = 40;

export const SHAPE = { hull: 0, dart: 1, dot: 2, square: 3, diamond: 4, hollow: 5, plane: 6, beacon: 7, ring: 8, dark: 9, darkStill: 10, radar: 11, radarStill: 12, flyer: 13 } as const;

interface RowsProps extends LayerProps {
  rows: Rows;
  uniforms: Record<string, number | number[]>;
  topology?: PrimitiveTopology;
}

abstract class RowsLayer extends Layer<RowsProps> {
  static layerName = 'RowsLayer';
  static defaultProps = {
    rows: { type: 'object', value: { bytes: new ArrayBuffer(0), count: 0 } },
    uniforms: { type: 'object', value: {} },
    topology: 'triangle-list',
    // Painter's order: the chart is flat. It must be a prop, as deck.gl lays its own depth test over the model's.
    parameters: { depthCompare: 'always', depthWriteEnabled: false },
  };

  declare state: { model?: Model; buffer?: GpuBuffer };

  protected abstract readonly rowBytes: number;
  protected readonly verticesPerRow: number = 1;
  protected abstract layout(): BufferLayout;
  protected abstract program(): { vs: string; fs: string; block: ShaderModule };

  /** Buffers are ours: no attribute manager. */
  _getAttributeManager(): null {
    return null;
  }

  initializeState(): void {
    const { vs, fs, block } = this.program();
    const model = new Model(this.context.device, {
      ...this.getShaders({ vs, fs, modules: [project32, block] }),
      id: this.props.id,
      bufferLayout: [this.layout()],
      topology: this.props.topology ?? 'triangle-list',
      isInstanced: false,
      vertexCount: 0,
    });
    this.setState({ model });
  }

  updateState(params: UpdateParameters<this>): void {
    super.updateState(params);
    const { rows } = this.props;
    if (rows !== params.oldProps.rows) this.upload(rows);
  }

  finalizeState(context: Parameters<Layer['finalizeState']>[0]): void {
    super.finalizeState(context);
    this.state.model?.destroy();
    this.state.buffer?.destroy();
  }

  draw(): void {
    const { model, buffer } = this.state;
    if (!model || !buffer || this.props.rows.count === 0) return;
    const block = this.program().block.name;
    model.shaderInputs.setProps({ [block]: this.props.uniforms });
    model.draw(this.context.renderPass);
  }

  private upload(rows: Rows): void {
    const model = this.state.model!;
    const bytes = rows.count * this.rowBytes * this.verticesPerRow;
    let { buffer } = this.state;
    if (bytes > 0 && (!buffer || buffer.byteLength < bytes)) {
      buffer?.destroy();
      // Room to grow: ships come and go by the tick.
      buffer = this.context.device.createBuffer({ byteLength: Math.ceil(bytes * 1.3) });
      model.setAttributes({ rows: buffer });
      this.setState({ buffer });
    }
    if (bytes > 0) buffer!.write(new Uint8Array(rows.bytes, 0, bytes));
    model.setVertexCount(rows.count * this.verticesPerRow);
  }
}

// ---- symbols ----

const symbolBlock = {
  name: 'symbol',
  vs: 'uniform symbolUniforms { float clock; float scale; vec4 edge; vec4 hollow; } symbol;\n',
  fs: 'uniform symbolUniforms { float clock; float scale; vec4 edge; vec4 hollow; } symbol;\n',
  uniformTypes: { clock: 'f32', scale: 'f32', edge: 'vec4<f32>', hollow: 'vec4<f32>' },
} as unknown as ShaderModule;

const symbolVs = `#version 300 es
#define SHADER_NAME symbol-vs
in vec4 place;   // lon, lat, and what a float leaves of each
in vec2 state;   // angle in radians, time in seconds since the base
in uvec4 look;   // shape, size in tenths, slow (ages slowly), ringed (a radar sees it too)
in vec4 paint;
flat out vec4 vPaint;
flat out uint vShape;
flat out vec4 vTurn; // cos, sin, half size in device pixels, how much larger than the symbol the point is
void main(void) {
  vec4 common_;
  gl_Position = project_position_to_clipspace(vec3(place.xy, 0.), vec3(place.zw, 0.), vec3(0.), common_);
  float size = symbol.scale * float(look.y) * 0.1 * project.devicePixelRatio;
  // Far out a ring around each would be a carpet of rings.
  float wide = look.w > 0u && symbol.scale > 8.5 ? 1.7 : 1.0;
  float half_ = size * wide * 0.5 + 1.0;
  gl_PointSize = half_ * 2.0;
  vTurn = vec4(cos(state.x), sin(state.x), half_, wide);
  float age = symbol.clock - state.y;
  float slow = look.z > 0u ? 4.0 : 1.0;
  float fade = mix(1.0, 0.32, smoothstep(300.0 * slow, 2400.0 * slow, age));
  vPaint = vec4(paint.rgb, paint.a * fade);
  vShape = look.x;
}
`;

// Signed distances in units of the symbol's half size, bow at +y. Convex parts are the largest of their half-planes.
const symbolFs = `#version 300 es
#define SHADER_NAME symbol-fs
precision highp float;
flat in vec4 vPaint;
flat in uint vShape;
flat in vec4 vTurn;
out vec4 fragColor;
float capsule(vec2 p, vec2 a, vec2 b, float r) {
  vec2 pa = p - a, ba = b - a;
  return length(pa - ba * clamp(dot(pa, ba) / dot(ba, ba), 0.0, 1.0)) - r;
}
void main(void) {
  vec2 q = (gl_PointCoord * 2.0 - 1.0) * vec2(1.0, -1.0);
  vec2 p = vec2(q.x * vTurn.x - q.y * vTurn.y, q.x * vTurn.y + q.y * vTurn.x) * vTurn.w * vTurn.z / (vTurn.z - 1.0);
  float ax = abs(p.x);
  float d, core = 1.0, wall = 9.0;
  if (vShape == 0u) d = max(max(ax - 0.46, -p.y - 0.92), ax * 0.875 + p.y * 0.484 - 0.46);
  else if (vShape == 1u) d = max(ax * 0.943 + p.y * 0.333 - 0.30, (ax * 0.5 - p.y) * 0.894 - 0.42);
  else if (vShape == 2u) d = length(p) - 0.62;
  else if (vShape == 3u) d = max(ax, abs(p.y)) - 0.62;
  else if (vShape == 4u) d = (ax + abs(p.y)) * 0.707 - 0.62;
  else if (vShape == 5u) d = abs((ax + abs(p.y)) * 0.707 - 0.56) - 0.13;
  else if (vShape == 6u) d = min(min(capsule(p, vec2(0., .85), vec2(0., -.75), .15), capsule(vec2(ax, p.y), vec2(0., .25), vec2(.85, -.1), .13)),
                                 capsule(vec2(ax, p.y), vec2(0., -.65), vec2(.36, -.8), .1));
  else if (vShape == 7u) d = min(abs(length(p) - 0.78) - 0.13, min(capsule(p, vec2(-.5), vec2(.5), .13), capsule(p, vec2(-.5, .5), vec2(.5, -.5), .13)));
  else if (vShape == 8u) d = abs(length(p) - 0.55) - 0.16;
  else if (vShape < 13u) {
    // Angular and hollow: with the point ahead, or a hexagon that points nowhere. Where AIS is missed, a thick edge and a core.
    bool ahead = vShape == 9u || vShape == 11u;
    d = ahead ? max(max(ax - 0.62, -p.y - 0.72), ax * 0.78 + p.y * 0.626 - 0.56) : max(ax * 0.866 + abs(p.y) * 0.5, abs(p.y)) - 0.66;
    bool missed = vShape < 11u;
    core = missed ? length(ahead ? p + vec2(0.0, 0.12) : p) - 0.19 : 1.0;
    wall = missed ? 0.25 : 0.19;
  } else d = min(min(capsule(p, vec2(0., .8), vec2(0., -.7), .07), capsule(vec2(ax, p.y), vec2(0., .3), vec2(.85, -.2), .07)),
               capsule(vec2(ax, p.y), vec2(0., -.6), vec2(.36, -.82), .06));
  float unit = (vTurn.z - 1.0) / vTurn.w;
  float hole = clamp(0.5 + min(-d - wall, core) * unit, 0.0, 1.0);
  // The ring is paler than what it surrounds.
  float ring = vTurn.w > 1.0 ? 0.5 * clamp(1.1 - abs(length(p) - 1.42) * unit, 0.0, 1.0) : 0.0;
  d *= unit;
  float cover = clamp(0.9 - d, 0.0, 1.0);
  if (max(cover, ring) <= 0.0) discard;
  float inside = clamp(0.4 - d, 0.0, 1.0);
  vec3 rgb = mix(symbol.edge.rgb, vPaint.rgb, mix(1.0, inside, symbol.edge.a));
  // Who does not speak is hollow: told by the form alone.
  rgb = mix(rgb, symbol.hollow.rgb, hole);
  fragColor = vec4(ring > cover ? vPaint.rgb : rgb, max(cover, ring) * vPaint.a);
}
`;

export class SymbolLayer extends RowsLayer {
  static layerName = 'SymbolLayer';
  static defaultProps = { ...RowsLayer.defaultProps, topology: 'point-list' };
  protected readonly rowBytes = SYMBOL_BYTES;
  protected layout(): BufferLayout {
    return {
      name: 'rows', stepMode: 'vertex', byteStride: SYMBOL_BYTES,
      attributes: [
        { attribute: 'place', format: 'float32x4', byteOffset: 0 },
        { attribute: 'state', format: 'float32x2', byteOffset: 16 },
        { attribute: 'look', format: 'uint8x4', byteOffset: 24 },
        { attribute: 'paint', format: 'unorm8x4', byteOffset: 28 },
      ],
    };
  }
  protected program() {
    return { vs: symbolVs, fs: symbolFs, block: symbolBlock };
  }
}

// ---- plain triangles and hairlines ----

const plainBlock = {
  name: 'plain',
  vs: 'uniform plainUniforms { float opacity; } plain;\n',
  fs: 'uniform plainUniforms { float opacity; } plain;\n',
  uniformTypes: { opacity: 'f32' },
} as unknown as ShaderModule;

const plainVs = `#version 300 es
#define SHADER_NAME plain-vs
in vec4 place;
in vec4 paint;
out vec4 vPaint;
void main(void) {
  vec4 common_;
  gl_Position = project_position_to_clipspace(vec3(place.xy, 0.), vec3(place.zw, 0.), vec3(0.), common_);
  vPaint = vec4(paint.rgb, paint.a * plain.opacity);
}
`;
const plainFs = `#version 300 es
#define SHADER_NAME plain-fs
precision highp float;
in vec4 vPaint;
out vec4 fragColor;
void main(void) { fragColor = vPaint; }
`;

/** `topology` is 'line-list' (hairlines, for thousands of trails) or 'triangle-list' (filled hulls). */
export class PlainLayer extends RowsLayer {
  static layerName = 'PlainLayer';
  protected readonly rowBytes = PLAIN_BYTES;
  protected layout(): BufferLayout {
    return {
      name: 'rows', stepMode: 'vertex', byteStride: PLAIN_BYTES,
      attributes: [
        { attribute: 'place', format: 'float32x4', byteOffset: 0 },
        { attribute: 'paint', format: 'unorm8x4', byteOffset: 16 },
      ],
    };
  }
  protected program() {
    return { vs: plainVs, fs: plainFs, block: plainBlock };
  }
}

// ---- lines of a given width ----

const strokeVs = `#version 300 es
#define SHADER_NAME stroke-vs
in vec4 from;
in vec4 to;
in vec4 paint;
in uvec2 width; // tenths of a pixel; dash length in pixels, 0 for a whole line
out vec4 vPaint;
out vec3 vAcross; // pixels off the middle, half width, pixels along
flat out float vDash;
void main(void) {
  vec4 common_;
  vec4 a = project_position_to_clipspace(vec3(from.xy, 0.), vec3(from.zw, 0.), vec3(0.), common_);
  vec4 b = project_position_to_clipspace(vec3(to.xy, 0.), vec3(to.zw, 0.), vec3(0.), common_);
  vec2 toPixels = project.viewportSize * 0.5;
  vec2 pa = a.xy / a.w * toPixels, pb = b.xy / b.w * toPixels;
  vec2 along = pb - pa;
  float len = length(along);
  along = len > 0.0 ? along / len : vec2(1., 0.);
  vec2 across = vec2(-along.y, along.x);
  // Two triangles from six vertices of the same row: corner 0 1 2, 2 1 3.
  int corner = gl_VertexID % 6;
  corner = corner == 3 ? 2 : corner == 4 ? 1 : corner == 5 ? 3 : corner;
  float side = (corner & 1) == 0 ? -1.0 : 1.0;
  bool atEnd = corner >= 2;
  float half_ = float(width.x) * 0.05 * project.devicePixelRatio;
  vec2 p = (atEnd ? pb : pa) + across * side * (half_ + 1.0);
  gl_Position = vec4(p / toPixels, 0.0, 1.0);
  vPaint = vec4(paint.rgb, paint.a * plain.opacity);
  vAcross = vec3(side * (half_ + 1.0), half_, atEnd ? len : 0.0);
  vDash = float(width.y) * project.devicePixelRatio;
}
`;
const strokeFs = `#version 300 es
#define SHADER_NAME stroke-fs
precision highp float;
in vec4 vPaint;
in vec3 vAcross;
flat in float vDash;
out vec4 fragColor;
void main(void) {
  if (vDash > 0.0 && mod(vAcross.z, vDash * 2.0) > vDash) discard;
  float cover = clamp(vAcross.y + 0.5 - abs(vAcross.x), 0.0, 1.0);
  fragColor = vec4(vPaint.rgb, vPaint.a * cover);
}
`;

/** One row a segment; the row is repeated for its six vertices by StrokeWriter. */
export class StrokeLayer extends RowsLayer {
  static layerName = 'StrokeLayer';
  protected readonly rowBytes = STROKE_BYTES;
  protected readonly verticesPerRow = 6;
  protected layout(): BufferLayout {
    return {
      name: 'rows', stepMode: 'vertex', byteStride: STROKE_BYTES,
      attributes: [
        { attribute: 'from', format: 'float32x4', byteOffset: 0 },
        { attribute: 'to', format: 'float32x4', byteOffset: 16 },
        { attribute: 'paint', format: 'unorm8x4', byteOffset: 32 },
        { attribute: 'width', format: 'uint8x2', byteOffset: 36 },
      ],
    };
  }
  protected program() {
    return { vs: strokeVs, fs: strokeFs, block: plainBlock };
  }
}
