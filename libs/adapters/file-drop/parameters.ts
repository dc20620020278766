import { z } from 'zod';
import { placeParameters } from '../place/parameters.js';

export const parameters = z.object(placeParameters);
