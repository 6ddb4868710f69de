namespace RollbackTools.Shell.Sessions;

/// <summary>How a run ended.</summary>
internal enum RunOutcome
{
    /// <summary>It came to its end.</summary>
    Completed,

    /// <summary>An error ended it.</summary>
    Failed,

    /// <summary>It was stopped from outside.</summary>
    Stopped,
}
