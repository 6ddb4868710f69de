using RollbackOps.Redaction;

namespace RollbackOps;

/// <summary>Stands in for a foreign cause whose words hold a secret (S40): its kind and its words, masked.</summary>
internal sealed class RedactedException : Exception
{
    private RedactedException(string message, Exception? inner)
        : base(message, inner)
    {
    }

    /// <summary>A cause as it is, or, where anything in it or in its own causes is secret, what stands in for it.</summary>
    public static Exception? Of(Exception? cause, Redactor redactor)
    {
        if (cause is null)
        {
            return null;
        }

        var inner = Of(cause.InnerException, redactor);
        var message = redactor.Redact(cause.Message);
        return ReferenceEquals(inner, cause.InnerException) && message == cause.Message
            ? cause
            : new RedactedException($"{cause.GetType().Name}: {message}", inner);
    }
}
