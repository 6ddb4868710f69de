namespace RollbackOps.Configuration.Shapes;

/// <summary>A list into which a dotted path may lead: <c>health.checks[0].path</c>.</summary>
internal interface IObjectListShape
{
    /// <summary>Whether the items have parts of their own.</summary>
    bool IsOfObjects { get; }

    /// <summary>The shape of one item.</summary>
    SettingShape ShapeOf(int index);
}
