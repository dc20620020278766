import { z } from 'zod';
import { placeParameters } from '../tools/place/parameters.js';

export const parameters = z.object(placeParameters);
