//! Counts open connections, all and per client.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use parking_lot::Mutex;

use crate::place::Place;
use crate::rate::network;

type Table = Mutex<HashMap<IpAddr, usize>>;

/// The open connections.
pub(crate) struct Connections {
    all: Arc<AtomicUsize>,
    most: usize,
    of_clients: Arc<Table>,
    most_of_client: Option<usize>,
}

impl Connections {
    pub(crate) fn new(most: usize, most_of_client: Option<usize>) -> Self {
        Self {
            all: Arc::default(),
            most,
            of_clients: Arc::default(),
            most_of_client,
        }
    }

    /// Counts a connection of this client, unless there are enough. Clients on this machine are only counted
    /// among all: a reverse proxy or a load generator is one of them.
    pub(crate) fn take(&self, address: IpAddr) -> Option<Connection> {
        let place = Place::take(&self.all, self.most)?;
        let client = match self.most_of_client {
            Some(most) if !address.to_canonical().is_loopback() => {
                let client = network(address);
                let mut table = self.of_clients.lock();
                let count = table.entry(client).or_insert(0);
                if *count >= most {
                    return None;
                }
                *count += 1;
                Some((client, Arc::clone(&self.of_clients)))
            }
            _ => None,
        };
        Some(Connection {
            _place: place,
            client,
        })
    }
}

/// One open connection.
pub(crate) struct Connection {
    _place: Place,
    client: Option<(IpAddr, Arc<Table>)>,
}

impl Drop for Connection {
    fn drop(&mut self) {
        let Some((client, table)) = &self.client else {
            return;
        };
        let mut table = table.lock();
        if let Some(count) = table.get_mut(client) {
            *count -= 1;
            if *count == 0 {
                table.remove(client);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_client_cannot_take_all_connections() {
        let connections = Connections::new(3, Some(1));
        let greedy: IpAddr = "192.0.2.1".parse().unwrap();
        let other: IpAddr = "192.0.2.2".parse().unwrap();
        let first = connections.take(greedy);
        assert!(first.is_some() && connections.take(greedy).is_none());
        assert!(connections.take(other).is_some());
        drop(first);
        assert!(connections.of_clients.lock().is_empty());
        assert!(connections.take(greedy).is_some());
    }
}
