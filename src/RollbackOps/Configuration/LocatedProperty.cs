namespace RollbackOps.Configuration;

/// <summary>A property with the place of its name.</summary>
internal sealed record LocatedProperty(string Name, LocatedNode Value, int? Line, int? Column);
