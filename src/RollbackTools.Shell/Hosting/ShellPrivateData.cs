namespace RollbackTools.Shell.Hosting;

/// <summary>What <c>$Host.PrivateData</c> shows to scripts and cmdlets.</summary>
public sealed class ShellPrivateData
{
    internal ShellPrivateData(bool nonInteractive, PendingOutput pending)
    {
        Pending = pending;
        NonInteractive = nonInteractive;
    }

    /// <summary>
    /// Whether nobody can answer a prompt: the shell was started with <c>-NonInteractive</c>, its input is redirected,
    /// or there is no terminal on which a question could be seen. Every prompt fails then, none is ever answered by an
    /// empty line (S38).
    /// </summary>
    public bool NonInteractive { get; }

    /// <summary>What the formatter still holds back.</summary>
    internal PendingOutput Pending { get; }
}
