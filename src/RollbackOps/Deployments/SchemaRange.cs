using System.Text.Json.Serialization;

namespace RollbackOps.Deployments;

/// <summary>
/// The migration levels of the database that a deployment declares to work with (S28): <c>schemaMin</c> and <c>schemaMax</c> in a
/// release's <c>release.json</c>, in a Vercel deployment's metadata, or in a GitHub deployment's payload.
/// </summary>
public sealed record SchemaRange
{
    [JsonConstructor]
    internal SchemaRange()
    {
    }

    /// <summary>The oldest level, made inert; null for any.</summary>
    public string? Min { get; init; }

    /// <summary>The newest level, made inert; null for what its repository holds.</summary>
    public string? Max { get; init; }

    /// <summary>The range in words.</summary>
    public override string ToString() => (Min, Max) switch
    {
        (null, { } max) => $"up to {max}",
        ({ } min, null) => $"from {min}",
        _ => $"{Min} to {Max}",
    };

    /// <summary>The range that metadata declare, or null where they declare none.</summary>
    internal static SchemaRange? Of(string? min, string? max) => string.IsNullOrEmpty(min) && string.IsNullOrEmpty(max)
        ? null
        : new SchemaRange
        {
            Min = string.IsNullOrEmpty(min) ? null : Inert.Line(min),
            Max = string.IsNullOrEmpty(max) ? null : Inert.Line(max),
        };
}
