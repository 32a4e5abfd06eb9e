/** One transfer syntax of PS3.6 Table A-1: how datasets and frames are encoded (PS3.5 §10, Annex A). */
export interface TransferSyntax {
  uid: string;
  name: string;
  /** Elements carry their VR. */
  explicit: boolean;
  bigEndian: boolean;
  /** The whole dataset is deflated (PS3.5 §A.5). */
  deflated: boolean;
  /** Pixel data lies in fragments (PS3.5 §A.4). */
  encapsulated: boolean;
  /** Frames are pictures of one video stream and cannot be taken apart. */
  video: boolean;
  retired: boolean;
  /**
   * Media type of a frame as stored (PS3.18 Table 8.7.3-5; of retired JPEG processes by analogy). Uncompressed
   * frames are `application/octet-stream`. Null where the object holds no frames.
   */
  frameMediaType: string | null;
}

function entry(uid: string, name: string, differs: Partial<TransferSyntax> = {}): TransferSyntax {
  return {
    uid,
    name,
    explicit: true,
    bigEndian: false,
    deflated: false,
    encapsulated: false,
    video: false,
    retired: false,
    frameMediaType: 'application/octet-stream',
    ...differs,
  };
}

/** Every registered transfer syntax, by name. */
export const TRANSFER_SYNTAXES = {
  implicitVrLittleEndian: entry('1.2.840.10008.1.2', 'Implicit VR Little Endian', { explicit: false }),
  explicitVrLittleEndian: entry('1.2.840.10008.1.2.1', 'Explicit VR Little Endian'),
  encapsulatedUncompressed: entry(
    '1.2.840.10008.1.2.1.98',
    'Encapsulated Uncompressed Explicit VR Little Endian',
    { encapsulated: true },
  ),
  deflatedExplicitVrLittleEndian: entry('1.2.840.10008.1.2.1.99', 'Deflated Explicit VR Little Endian', {
    deflated: true,
  }),
  explicitVrBigEndian: entry('1.2.840.10008.1.2.2', 'Explicit VR Big Endian', {
    bigEndian: true,
    retired: true,
  }),
  jpegBaseline8Bit: entry('1.2.840.10008.1.2.4.50', 'JPEG Baseline (Process 1)', {
    encapsulated: true,
    frameMediaType: 'image/jpeg',
  }),
  jpegExtended12Bit: entry('1.2.840.10008.1.2.4.51', 'JPEG Extended (Process 2 and 4)', {
    encapsulated: true,
    frameMediaType: 'image/jpeg',
  }),
  jpegExtended35: entry('1.2.840.10008.1.2.4.52', 'JPEG Extended (Process 3 and 5)', {
    encapsulated: true,
    retired: true,
    frameMediaType: 'image/jpeg',
  }),
  jpegSpectralSelection68: entry(
    '1.2.840.10008.1.2.4.53',
    'JPEG Spectral Selection, Non-Hierarchical (Process 6 and 8)',
    { encapsulated: true, retired: true, frameMediaType: 'image/jpeg' },
  ),
  jpegSpectralSelection79: entry(
    '1.2.840.10008.1.2.4.54',
    'JPEG Spectral Selection, Non-Hierarchical (Process 7 and 9)',
    { encapsulated: true, retired: true, frameMediaType: 'image/jpeg' },
  ),
  jpegFullProgression1012: entry(
    '1.2.840.10008.1.2.4.55',
    'JPEG Full Progression, Non-Hierarchical (Process 10 and 12)',
    { encapsulated: true, retired: true, frameMediaType: 'image/jpeg' },
  ),
  jpegFullProgression1113: entry(
    '1.2.840.10008.1.2.4.56',
    'JPEG Full Progression, Non-Hierarchical (Process 11 and 13)',
    { encapsulated: true, retired: true, frameMediaType: 'image/jpeg' },
  ),
  jpegLossless: entry('1.2.840.10008.1.2.4.57', 'JPEG Lossless, Non-Hierarchical (Process 14)', {
    encapsulated: true,
    frameMediaType: 'image/jpeg',
  }),
  jpegLossless15: entry('1.2.840.10008.1.2.4.58', 'JPEG Lossless, Non-Hierarchical (Process 15)', {
    encapsulated: true,
    retired: true,
    frameMediaType: 'image/jpeg',
  }),
  jpegExtendedHierarchical1618: entry(
    '1.2.840.10008.1.2.4.59',
    'JPEG Extended, Hierarchical (Process 16 and 18)',
    { encapsulated: true, retired: true, frameMediaType: 'image/jpeg' },
  ),
  jpegExtendedHierarchical1719: entry(
    '1.2.840.10008.1.2.4.60',
    'JPEG Extended, Hierarchical (Process 17 and 19)',
    { encapsulated: true, retired: true, frameMediaType: 'image/jpeg' },
  ),
  jpegSpectralSelectionHierarchical2022: entry(
    '1.2.840.10008.1.2.4.61',
    'JPEG Spectral Selection, Hierarchical (Process 20 and 22)',
    { encapsulated: true, retired: true, frameMediaType: 'image/jpeg' },
  ),
  jpegSpectralSelectionHierarchical2123: entry(
    '1.2.840.10008.1.2.4.62',
    'JPEG Spectral Selection, Hierarchical (Process 21 and 23)',
    { encapsulated: true, retired: true, frameMediaType: 'image/jpeg' },
  ),
  jpegFullProgressionHierarchical2426: entry(
    '1.2.840.10008.1.2.4.63',
    'JPEG Full Progression, Hierarchical (Process 24 and 26)',
    { encapsulated: true, retired: true, frameMediaType: 'image/jpeg' },
  ),
  jpegFullProgressionHierarchical2527: entry(
    '1.2.840.10008.1.2.4.64',
    'JPEG Full Progression, Hierarchical (Process 25 and 27)',
    { encapsulated: true, retired: true, frameMediaType: 'image/jpeg' },
  ),
  jpegLosslessHierarchical28: entry('1.2.840.10008.1.2.4.65', 'JPEG Lossless, Hierarchical (Process 28)', {
    encapsulated: true,
    retired: true,
    frameMediaType: 'image/jpeg',
  }),
  jpegLosslessHierarchical29: entry('1.2.840.10008.1.2.4.66', 'JPEG Lossless, Hierarchical (Process 29)', {
    encapsulated: true,
    retired: true,
    frameMediaType: 'image/jpeg',
  }),
  jpegLosslessSv1: entry(
    '1.2.840.10008.1.2.4.70',
    'JPEG Lossless, Non-Hierarchical, First-Order Prediction (Process 14, Selection Value 1)',
    { encapsulated: true, frameMediaType: 'image/jpeg' },
  ),
  jpegLsLossless: entry('1.2.840.10008.1.2.4.80', 'JPEG-LS Lossless Image Compression', {
    encapsulated: true,
    frameMediaType: 'image/jls',
  }),
  jpegLsNearLossless: entry('1.2.840.10008.1.2.4.81', 'JPEG-LS Lossy (Near-Lossless) Image Compression', {
    encapsulated: true,
    frameMediaType: 'image/jls',
  }),
  jpeg2000Lossless: entry('1.2.840.10008.1.2.4.90', 'JPEG 2000 Image Compression (Lossless Only)', {
    encapsulated: true,
    frameMediaType: 'image/jp2',
  }),
  jpeg2000: entry('1.2.840.10008.1.2.4.91', 'JPEG 2000 Image Compression', {
    encapsulated: true,
    frameMediaType: 'image/jp2',
  }),
  jpeg2000Part2Lossless: entry(
    '1.2.840.10008.1.2.4.92',
    'JPEG 2000 Part 2 Multi-component Image Compression (Lossless Only)',
    { encapsulated: true, frameMediaType: 'image/jpx' },
  ),
  jpeg2000Part2: entry('1.2.840.10008.1.2.4.93', 'JPEG 2000 Part 2 Multi-component Image Compression', {
    encapsulated: true,
    frameMediaType: 'image/jpx',
  }),
  jpipReferenced: entry('1.2.840.10008.1.2.4.94', 'JPIP Referenced', { frameMediaType: null }),
  jpipReferencedDeflate: entry('1.2.840.10008.1.2.4.95', 'JPIP Referenced Deflate', {
    deflated: true,
    frameMediaType: null,
  }),
  mpeg2MainProfileMainLevel: entry('1.2.840.10008.1.2.4.100', 'MPEG2 Main Profile / Main Level', {
    encapsulated: true,
    video: true,
    frameMediaType: 'video/mpeg',
  }),
  mpeg2MainProfileMainLevelFragmentable: entry(
    '1.2.840.10008.1.2.4.100.1',
    'Fragmentable MPEG2 Main Profile / Main Level',
    { encapsulated: true, video: true, frameMediaType: 'video/mpeg' },
  ),
  mpeg2MainProfileHighLevel: entry('1.2.840.10008.1.2.4.101', 'MPEG2 Main Profile / High Level', {
    encapsulated: true,
    video: true,
    frameMediaType: 'video/mpeg',
  }),
  mpeg2MainProfileHighLevelFragmentable: entry(
    '1.2.840.10008.1.2.4.101.1',
    'Fragmentable MPEG2 Main Profile / High Level',
    { encapsulated: true, video: true, frameMediaType: 'video/mpeg' },
  ),
  mpeg4HighProfile41: entry('1.2.840.10008.1.2.4.102', 'MPEG-4 AVC/H.264 High Profile / Level 4.1', {
    encapsulated: true,
    video: true,
    frameMediaType: 'video/mp4',
  }),
  mpeg4HighProfile41Fragmentable: entry(
    '1.2.840.10008.1.2.4.102.1',
    'Fragmentable MPEG-4 AVC/H.264 High Profile / Level 4.1',
    { encapsulated: true, video: true, frameMediaType: 'video/mp4' },
  ),
  mpeg4BdCompatible41: entry(
    '1.2.840.10008.1.2.4.103',
    'MPEG-4 AVC/H.264 BD-compatible High Profile / Level 4.1',
    { encapsulated: true, video: true, frameMediaType: 'video/mp4' },
  ),
  mpeg4BdCompatible41Fragmentable: entry(
    '1.2.840.10008.1.2.4.103.1',
    'Fragmentable MPEG-4 AVC/H.264 BD-compatible High Profile / Level 4.1',
    { encapsulated: true, video: true, frameMediaType: 'video/mp4' },
  ),
  mpeg4HighProfile42For2d: entry(
    '1.2.840.10008.1.2.4.104',
    'MPEG-4 AVC/H.264 High Profile / Level 4.2 For 2D Video',
    { encapsulated: true, video: true, frameMediaType: 'video/mp4' },
  ),
  mpeg4HighProfile42For2dFragmentable: entry(
    '1.2.840.10008.1.2.4.104.1',
    'Fragmentable MPEG-4 AVC/H.264 High Profile / Level 4.2 For 2D Video',
    { encapsulated: true, video: true, frameMediaType: 'video/mp4' },
  ),
  mpeg4HighProfile42For3d: entry(
    '1.2.840.10008.1.2.4.105',
    'MPEG-4 AVC/H.264 High Profile / Level 4.2 For 3D Video',
    { encapsulated: true, video: true, frameMediaType: 'video/mp4' },
  ),
  mpeg4HighProfile42For3dFragmentable: entry(
    '1.2.840.10008.1.2.4.105.1',
    'Fragmentable MPEG-4 AVC/H.264 High Profile / Level 4.2 For 3D Video',
    { encapsulated: true, video: true, frameMediaType: 'video/mp4' },
  ),
  mpeg4StereoHighProfile42: entry(
    '1.2.840.10008.1.2.4.106',
    'MPEG-4 AVC/H.264 Stereo High Profile / Level 4.2',
    { encapsulated: true, video: true, frameMediaType: 'video/mp4' },
  ),
  mpeg4StereoHighProfile42Fragmentable: entry(
    '1.2.840.10008.1.2.4.106.1',
    'Fragmentable MPEG-4 AVC/H.264 Stereo High Profile / Level 4.2',
    { encapsulated: true, video: true, frameMediaType: 'video/mp4' },
  ),
  hevcMainProfile51: entry('1.2.840.10008.1.2.4.107', 'HEVC/H.265 Main Profile / Level 5.1', {
    encapsulated: true,
    video: true,
    frameMediaType: 'video/H265',
  }),
  hevcMain10Profile51: entry('1.2.840.10008.1.2.4.108', 'HEVC/H.265 Main 10 Profile / Level 5.1', {
    encapsulated: true,
    video: true,
    frameMediaType: 'video/H265',
  }),
  jpegXlLossless: entry('1.2.840.10008.1.2.4.110', 'JPEG XL Lossless', {
    encapsulated: true,
    frameMediaType: 'image/jxl',
  }),
  jpegXlJpegRecompression: entry('1.2.840.10008.1.2.4.111', 'JPEG XL JPEG Recompression', {
    encapsulated: true,
    frameMediaType: 'image/jxl',
  }),
  jpegXl: entry('1.2.840.10008.1.2.4.112', 'JPEG XL', { encapsulated: true, frameMediaType: 'image/jxl' }),
  htj2kLossless: entry(
    '1.2.840.10008.1.2.4.201',
    'High-Throughput JPEG 2000 Image Compression (Lossless Only)',
    { encapsulated: true, frameMediaType: 'image/jphc' },
  ),
  htj2kLosslessRpcl: entry(
    '1.2.840.10008.1.2.4.202',
    'High-Throughput JPEG 2000 with RPCL Options Image Compression (Lossless Only)',
    { encapsulated: true, frameMediaType: 'image/jphc' },
  ),
  htj2k: entry('1.2.840.10008.1.2.4.203', 'High-Throughput JPEG 2000 Image Compression', {
    encapsulated: true,
    frameMediaType: 'image/jphc',
  }),
  jpipHtj2kReferenced: entry('1.2.840.10008.1.2.4.204', 'JPIP HTJ2K Referenced', { frameMediaType: null }),
  jpipHtj2kReferencedDeflate: entry('1.2.840.10008.1.2.4.205', 'JPIP HTJ2K Referenced Deflate', {
    deflated: true,
    frameMediaType: null,
  }),
  rleLossless: entry('1.2.840.10008.1.2.5', 'RLE Lossless', {
    encapsulated: true,
    frameMediaType: 'image/dicom-rle',
  }),
  rfc2557Mime: entry('1.2.840.10008.1.2.6.1', 'RFC 2557 MIME Encapsulation', {
    retired: true,
    frameMediaType: null,
  }),
  xmlEncoding: entry('1.2.840.10008.1.2.6.2', 'XML Encoding', { retired: true, frameMediaType: null }),
  smpteSt2110Progressive: entry(
    '1.2.840.10008.1.2.7.1',
    'SMPTE ST 2110-20 Uncompressed Progressive Active Video',
    { frameMediaType: null },
  ),
  smpteSt2110Interlaced: entry(
    '1.2.840.10008.1.2.7.2',
    'SMPTE ST 2110-20 Uncompressed Interlaced Active Video',
    { frameMediaType: null },
  ),
  smpteSt2110Audio: entry('1.2.840.10008.1.2.7.3', 'SMPTE ST 2110-30 PCM Digital Audio', {
    frameMediaType: null,
  }),
  deflatedImageFrame: entry('1.2.840.10008.1.2.8.1', 'Deflated Image Frame Compression', {
    encapsulated: true,
  }),
  papyrus3: entry('1.2.840.10008.1.2.20', 'Papyrus 3 Implicit VR Little Endian', {
    explicit: false,
    retired: true,
  }),
};

const byUid = new Map<string, TransferSyntax>(
  Object.values(TRANSFER_SYNTAXES).map((syntax) => [syntax.uid, syntax]),
);

/** The transfer syntax of this UID, or undefined where it is not registered (and so cannot be read or served). */
export function transferSyntax(uid: string): TransferSyntax | undefined {
  return byUid.get(uid);
}
