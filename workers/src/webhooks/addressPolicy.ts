export {
  AddressRefused,
  type AllowedAddresses,
  checkedLookup,
  checkLiteralAddress,
  isAllowedAddress,
} from '@hutong/storage-config';
