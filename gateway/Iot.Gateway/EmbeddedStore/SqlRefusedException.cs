namespace Iot.Gateway.EmbeddedStore;

/// <summary>A statement that is not run, or that the database cannot run; the message says why. Nothing was changed.</summary>
internal sealed class SqlRefusedException(string why, Exception? cause = null) : Exception(why, cause);
