import type { PortRef } from '../graph/edit-graph';

/** What lies on the canvas, in our own words: nothing here knows the library that draws it. */
export interface CanvasNode {
  id: string;
  /** Read aloud when the node gets the focus. */
  label: string;
  x: number;
  y: number;
  inputs: CanvasPort[];
  outputs: CanvasPort[];
}

/** Words between the nodes. */
export interface CanvasNote {
  id: string;
  label: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface CanvasPort {
  name: string;
  /** Shown beside a port when a node has several. */
  title: string;
}

export interface CanvasWire {
  id: string;
  from: PortRef;
  to: PortRef;
  /** `hot`: out of the chosen node; `refused`: tried and not drawn; `target`: what is dragged would go between. */
  look?: 'hot' | 'refused' | 'target';
}

/** What a menu is asked for: something that lies there, or the canvas itself. */
export type MenuOf = { kind: 'node' | 'wire'; id: string } | { kind: 'canvas' };

export interface CanvasPoint {
  x: number;
  y: number;
}

/** A port with the side of the node that it stands on. */
export interface PortEnd {
  ref: PortRef;
  side: 'in' | 'out';
}

/** What the canvas can be told from outside. */
export interface CanvasHandle {
  fit: () => void;
  zoomStep: (direction: 'in' | 'out') => void;
  zoomTo: (zoom: number) => void;
  showAt: (viewport: Viewport) => void;
  reveal: (id: string) => void;
  focusNode: (id: string) => void;
  /** Gives the focus to the canvas itself. */
  focus: () => void;
  /** Where a point of the screen lies on the canvas. */
  toCanvas: (point: CanvasPoint) => CanvasPoint;
  /** The other way about. */
  toScreen: (point: CanvasPoint) => CanvasPoint;
}

export interface Viewport {
  x: number;
  y: number;
  zoom: number;
}
