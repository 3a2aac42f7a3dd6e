import { createQualityModel, type QualityModel } from './model.ts';
import { QUALITY_WEIGHTS } from './weights.ts';

let made: QualityModel | undefined;

/** The model that ships, unpacked when it is first asked for (a few ms). */
export const qualityModel = (): QualityModel => (made ??= createQualityModel(QUALITY_WEIGHTS));
