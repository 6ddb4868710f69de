using System.Management.Automation;

namespace RollbackTools.Tests.Hosting;

/// <summary>Everything a script gave.</summary>
internal sealed record Outcome
{
    public required IReadOnlyList<PSObject> Output { get; init; }

    /// <summary>The error stream, and last what terminated the script.</summary>
    public required IReadOnlyList<ErrorRecord> Errors { get; init; }

    public required IReadOnlyList<string> Warnings { get; init; }

    public required IReadOnlyList<string> Verbose { get; init; }

    /// <summary>What ended the script before its time, or null.</summary>
    public RuntimeException? Thrown { get; init; }

    /// <summary>The errors' stable ids, without the cmdlet's name behind them.</summary>
    public IReadOnlyList<string> ErrorIds => [.. Errors.Select(error => error.FullyQualifiedErrorId.Split(',')[0])];

    /// <summary>The first error as a person sees it: what it says and what it recommends.</summary>
    public string Told => $"{Errors[0]} {Errors[0].ErrorDetails?.RecommendedAction}";

    /// <summary>The one object the script gave.</summary>
    public T Single<T>() => Assert.IsType<T>(Assert.Single(Output).BaseObject);

    /// <summary>The one error's stable id; fails when there is none or more than one.</summary>
    public string ErrorId() => Assert.Single(ErrorIds);

    /// <summary>Fails when there was any error.</summary>
    public Outcome Clean()
    {
        Assert.True(Errors.Count == 0, string.Join('\n', Errors.Select(error => $"{error.FullyQualifiedErrorId}: {error}")));
        return this;
    }
}
