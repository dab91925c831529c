//! Every cell of role × route, asked for by a real request to every mounted route.

use std::collections::BTreeSet;

use rocket::http::{ContentType, Method, Status};
use rocket::local::asynchronous::LocalResponse;
use rocket::{Route, get, routes};

use super::{House, Row, TABLE, Visiting, address, fields, house, table};
use crate::support::book::World;
use crate::support::visitor::{Visitor, location, server};

/// Routes without a row and rows without a route.
fn unmatched<'r>(rows: &[Row], routes: impl Iterator<Item = &'r Route>) -> Vec<String> {
    let mounted: BTreeSet<String> = routes.map(|route| format!("{} {}", route.method, route.uri.path())).collect();
    let listed: Vec<String> = rows.iter().map(|row| format!("{} {}", row.method, row.route)).collect();
    let known: BTreeSet<String> = listed.iter().cloned().collect();
    let mut faults: Vec<String> = mounted.difference(&known).map(|route| format!("no row: {route}")).collect();
    faults.extend(known.difference(&mounted).map(|row| format!("no route: {row}")));
    if known.len() != listed.len() {
        faults.push("a route has two rows".to_owned());
    }
    faults
}

/// Whether an answer lets somebody pass. Whatever is neither a pass nor exactly the refusal is a fault.
fn passes(answer: &LocalResponse<'_>, visiting: Visiting, row: &Row) -> Result<bool, String> {
    let (status, to) = (answer.status(), location(answer));
    let turned_away = match visiting {
        Visiting::Nobody if row.route != "/closed" => status == Status::SeeOther && to.starts_with("/login?next="),
        // Without a role there is no book to be in.
        Visiting::Roleless if row.route != "/closed" => {
            status == Status::Forbidden || status == Status::SeeOther && to == "/book"
        }
        _ => status == Status::Forbidden,
    };
    // A token and a leaf are made up, and no book is named, so nothing is found; everything else is there.
    let known = !["<token>", "<leaf>"].iter().any(|place| row.route.contains(place))
        && (row.method, row.route.as_str()) != (Method::Post, "/book");
    match status.code {
        _ if turned_away => Ok(false),
        401 | 403 | 428 => Err(format!("{status} is no way to turn somebody away")),
        404 if known => Err("the address of the test leads nowhere".to_owned()),
        500.. => Err(format!("{status}")),
        _ => Ok(true),
    }
}

/// Asks for every cell; tells where the answer is not what the table says.
async fn wrong_cells(world: &World, rows: &[Row], house: &House, extra: Vec<Route>) -> Vec<String> {
    let mut faults = Vec::new();
    for (column, visiting) in Visiting::ALL.into_iter().enumerate() {
        let visitor = Visitor::at(server(world).mount("/", extra.clone())).await;
        if let Some(login) = visiting.login() {
            visitor.sign_in(login).await;
        }
        // Going out comes last.
        let (out, rows): (Vec<&Row>, Vec<&Row>) = rows.iter().partition(|row| row.route == "/logout");
        for row in rows.into_iter().chain(out) {
            let path = address(row, house);
            let request = if row.method == Method::Get {
                visitor.0.get(path)
            } else {
                let body = format!("csrf={}{}", visitor.token().await, fields(row, house));
                visitor.0.req(row.method, path).header(ContentType::Form).body(body)
            };
            let said = passes(&request.dispatch().await, visiting, row);
            if said != Ok(row.may[column]) {
                faults.push(format!("{} {} {visiting:?}: {said:?}", row.method, row.route));
            }
        }
    }
    faults
}

/// Open to everybody, by mistake.
#[get("/try/unlisted")]
fn unlisted() -> &'static str {
    "anything"
}

#[tokio::test(flavor = "multi_thread")]
async fn every_role_passes_exactly_where_the_table_says() {
    let world = World::on_sqlite().await;
    let house = house(&world).await;
    let rows = table(TABLE);
    let visitor = Visitor::at(server(&world)).await;
    assert_eq!(unmatched(&rows, visitor.0.rocket().routes()), Vec::<String>::new());
    let before = world.head().await;
    assert_eq!(wrong_cells(&world, &rows, &house, vec![]).await, Vec::<String>::new());
    assert_eq!(world.head().await, before, "empty forms change nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_route_without_a_row_and_a_wrong_cell_are_found() {
    let world = World::on_sqlite().await;
    let house = house(&world).await;
    let rows = table(TABLE);
    let visitor = Visitor::at(server(&world).mount("/", routes![unlisted])).await;
    assert_eq!(unmatched(&rows, visitor.0.rocket().routes()), ["no row: GET /try/unlisted"]);
    let visitor = Visitor::at(server(&world)).await;
    let gone = [rows.clone(), table("GET /gone . . . . . . . .")].concat();
    assert_eq!(unmatched(&gone, visitor.0.rocket().routes()), ["no route: GET /gone"]);
    // A route that forgot its guard, and a cell that promises too much.
    let promised = table(
        "GET  /try/unlisted   . . . . . . . x
         POST /review/decide  . . x x . . . .",
    );
    let found = wrong_cells(&world, &promised, &house, routes![unlisted]).await;
    assert_eq!(found.len(), 8, "{found:#?}");
    assert!(found.contains(&"POST /review/decide With(Clerk): Ok(false)".to_owned()), "{found:#?}");
    assert!(found.contains(&"GET /try/unlisted Nobody: Ok(true)".to_owned()), "{found:#?}");
}
