using System.Diagnostics;

namespace RollbackOps.Diagnostics;

/// <summary>
/// The product's diagnostic events, on the listener <c>RollbackOps</c>: one before and one after every journal
/// record and every effect. Tools that trace a rollback subscribe to it; unsubscribed it costs one comparison.
/// </summary>
public static class RollbackEvents
{
    /// <summary>The listener's name.</summary>
    public const string ListenerName = "RollbackOps";

    private static readonly DiagnosticListener s_listener = new(ListenerName);

    internal static void Boundary(string name, string detail)
    {
        if (s_listener.IsEnabled(name))
        {
            s_listener.Write(name, detail);
        }
    }
}
