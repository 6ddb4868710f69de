namespace RollbackTools.Shell.Sessions;

/// <summary>The session cannot be set up; the message says why.</summary>
internal sealed class SessionException : Exception
{
    public SessionException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
