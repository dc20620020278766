import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { complete } from '#problems/openapi.js';

/** The document at `/openapi.json`. */
export function gatewayDocument(app: INestApplication): OpenAPIObject {
  const about = new DocumentBuilder().setTitle('Stellwerk: Tür des Portals').setVersion('1').addBearerAuth().build();
  return complete(SwaggerModule.createDocument(app, about), {});
}
