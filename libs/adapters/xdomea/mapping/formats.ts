/**
 * Extension → code of the list `urn:xoev-de:xdomea:codeliste:dateiformat` 1.0; where the list has several for one
 * extension, that of the format of today.
 */
export const formatCodes = new Map([
  ['bmp', '001'],
  ['csv', '002'],
  ['doc', '003'],
  ['eml', '006'],
  ['htm', '007'],
  ['html', '008'],
  ['jpe', '009'],
  ['jpeg', '010'],
  ['jpg', '011'],
  ['msg', '012'],
  ['odp', '013'],
  ['ods', '014'],
  ['odt', '015'],
  ['pdf', '018'],
  ['png', '019'],
  ['ppt', '020'],
  ['rtf', '022'],
  ['tif', '023'],
  ['tiff', '024'],
  ['xls', '028'],
  ['xml', '030'],
  ['docx', '035'],
  ['xlsx', '036'],
  ['pptx', '037'],
  ['txt', '045'],
]);

/** "Sonstiges": then the message gives the format's name, too. */
export const otherFormat = '100';
