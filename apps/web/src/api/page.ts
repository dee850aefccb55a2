/** A page of a list. */
export interface PageFilter {
  search?: string;
  limit?: number;
  offset?: number;
}
