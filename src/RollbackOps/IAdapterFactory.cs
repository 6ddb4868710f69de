namespace RollbackOps;

/// <summary>Makes the implementation of every port. One class outside the engine implements it.</summary>
public interface IAdapterFactory
{
}
