// @ohif/app ships a prebuilt application; its npm dependencies are only needed
// to build OHIF from source, and one of them is not on the registry.
function readPackage(pkg) {
  if (pkg.name === '@ohif/app') {
    pkg.dependencies = {};
    pkg.devDependencies = {};
    pkg.peerDependencies = {};
  }
  return pkg;
}
module.exports = { hooks: { readPackage } };
